// Against a real registry, for minutes: `npm run e2e -- test`, not part of `npm test`.
module.exports = { ...require('../mocha.base.json'), spec: ['publishing/**/*.test.ts'] }
