import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { ATTRIBUTE, METRIC } from '../../src/live/metric-names.ts'

const REGISTRY = new URL('../../../core/telemetry/registry/', import.meta.url)
const files = readdirSync(REGISTRY)
const yaml = files.map(file => readFileSync(new URL(file, REGISTRY), 'utf8')).join('\n')
describe('what the live page reads', () => {
  it('has metrics that are in the registry of all names', () => {
    const missing = Object.values(METRIC).filter(name => !hasLine(`metric_name: ${name}`))
    assert.deepEqual(missing, [])
  })

  it('has attributes that are in the registry of all names', () => {
    const missing = Object.values(ATTRIBUTE).filter(name => !hasLine(`- id: ${name}`))
    assert.deepEqual(missing, [])
  })
})

function hasLine(text: string): boolean {
  return yaml.split('\n').some(line => line.trim() === text)
}
