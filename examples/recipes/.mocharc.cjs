module.exports = require('../../mocha.base.json')
