import assert from 'node:assert/strict'
import { isLocalHostHeader, isLoopback } from '../../src/prometheus/loopback.ts'

describe('loopback', () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
    it(`${address} is of this machine only`, () => assert.ok(isLoopback(address)))
  }
  for (const address of ['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'localhost.evil.example', '']) {
    it(`"${address}" is not`, () => assert.ok(!isLoopback(address)))
  }

  for (const host of [
    undefined,
    'localhost',
    'LOCALHOST:9464',
    '127.0.0.1:9464',
    '[::1]:9464',
    'app.localhost',
    'own.example:1',
  ]) {
    it(`a request for ${String(host)} is answered`, () => assert.ok(isLocalHostHeader(host, 'own.example')))
  }
  for (const host of [
    'evil.example',
    'localhost.evil.example:9464',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    '',
  ]) {
    it(`a request for "${host}" is not: its name was made to point here`, () => {
      assert.ok(!isLocalHostHeader(host, '127.0.0.1'))
    })
  }
})
