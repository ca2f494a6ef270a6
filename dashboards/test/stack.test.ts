import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { requireOrSkip } from '../../test/backends/daemon.ts'

interface Service {
  readonly image: string
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
}

const folder = new URL('../stack/', import.meta.url)
const read = (path: string): unknown => parse(readFileSync(new URL(path, folder), 'utf8'))

describe('the stack', () => {
  const { services } = read('compose.yaml') as { services: Readonly<Record<string, Service>> }

  for (const [name, { image, ports, volumes }] of Object.entries(services)) {
    it(`pins its images, mounts what there is, and is for this machine only: ${name}`, () => {
      assert.match(image, /:v?\d+\.\d+\.\d+$/)
      for (const port of ports ?? []) assert.match(port, /^127\.0\.0\.1:/)
      for (const volume of volumes ?? []) {
        const [from, , mode] = volume.split(':')
        assert.ok(existsSync(new URL(from!, folder)), from)
        assert.equal(mode, 'ro')
      }
    })
  }

  it('has every host that its files name', () => {
    const files = ['prometheus/prometheus.yml', 'grafana/datasources.yaml', 'collector/collector.yaml'].map(
      path => readFileSync(new URL(path, folder), 'utf8'),
    )
    const hosts = new Set(
      files.flatMap(text => [...text.matchAll(/(?:http:\/\/|')([a-z]+):\d+/g)].map(([, host]) => host!)),
    )
    assert.deepEqual([...hosts].sort(), ['alertmanager', 'jaeger', 'prometheus'])
    for (const host of hosts) assert.ok(services[host])
  })

  it('sends through a collector only what it has defined', () => {
    const collector = read('collector/collector.yaml') as Record<
      'receivers' | 'processors' | 'exporters',
      object
    > & {
      service: { pipelines: Record<string, Record<'receivers' | 'processors' | 'exporters', string[]>> }
    }
    const pipelines = Object.values(collector.service.pipelines)
    for (const part of ['receivers', 'processors', 'exporters'] as const) {
      const used = new Set(pipelines.flatMap(pipeline => pipeline[part]))
      assert.deepEqual([...used].sort(), Object.keys(collector[part]).sort(), part)
    }
  })

  it('is a configuration to the servers’ own tools', function () {
    this.timeout(30_000)
    const tools = [
      ['amtool', 'check-config', 'alertmanager/alertmanager.yml'],
      ['promtool', 'check', 'config', '--syntax-only', 'prometheus/prometheus.yml'],
    ] as const
    for (const [tool, ...args] of tools) {
      const { error, status, stdout, stderr } = spawnSync(tool, args, {
        cwd: fileURLToPath(folder),
        encoding: 'utf8',
      })
      if (error !== undefined) requireOrSkip(this, `no ${tool} on this machine`)
      assert.equal(status, 0, stdout + stderr)
    }
  })
})
