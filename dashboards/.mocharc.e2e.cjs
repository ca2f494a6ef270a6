// Against real servers, for minutes: `npm run e2e`, not part of `npm test`.
module.exports = { ...require('../mocha.base.json'), spec: ['e2e/**/*.test.ts'] }
