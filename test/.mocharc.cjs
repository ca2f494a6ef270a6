module.exports = {
  ...require('../mocha.base.json'),
  spec: ['**/*.test.ts'],
  ignore: ['node_modules/**', 'publishing/**'],
}
