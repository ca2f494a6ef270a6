import assert from 'node:assert/strict'
import fc from 'fast-check'
import { shownStack } from '../../src/index.ts'

describe('a stack as telemetry shows it', () => {
  const frames: readonly [folder: string, frame: string, shown: string][] = [
    ['/srv/app', 'at load (/srv/app/src/load.js:3:4)', 'at load (src/load.js:3:4)'],
    ['/srv/app', 'at file:///srv/app/src/load.js:3:4', 'at src/load.js:3:4'],
    ['/srv/app', 'at async load (file:///srv/app/load.js:3:4)', 'at async load (load.js:3:4)'],
    ['/srv/my app', 'at load (file:///srv/my%20app/a%20b.js:3:4)', 'at load (a b.js:3:4)'],
    ['/srv/app', 'at async /srv/app/load.js:3:4', 'at async load.js:3:4'],
    ['/srv/app', 'at new A.b [as c] (/srv/app/(x) y/load.js:3:4)', 'at new A.b [as c] ((x) y/load.js:3:4)'],
    ['/srv/app/', 'at load (/srv/app/load.js:3)', 'at load (load.js:3)'],
    ['/srv/app', 'at load (/srv/apple/load.js:3:4)', 'at load (…/load.js:3:4)'],
    ['/srv/app', 'at load (/home/jo/load.js:3:4)', 'at load (…/load.js:3:4)'],
    ['/', 'at load (/home/jo/load.js:3:4)', 'at load (…/load.js:3:4)'],
    [
      '/srv/app',
      'at f (/home/jo/node_modules/pg/lib/client.js:3:4)',
      'at f (node_modules/pg/lib/client.js:3:4)',
    ],
    ['/srv/app', 'at f (/srv/app/node_modules/pg/client.js:3:4)', 'at f (node_modules/pg/client.js:3:4)'],
    ['C:\\app', 'at load (C:\\app\\src\\load.js:3:4)', 'at load (src/load.js:3:4)'],
    ['C:\\app', 'at load (file:///C:/app/src/load.js:3:4)', 'at load (src/load.js:3:4)'],
    ['C:\\app', 'at load (D:\\home\\jo\\load.js:3:4)', 'at load (…/load.js:3:4)'],
    ['/srv/app', 'at node:internal/process/task_queues:95:5', 'at node:internal/process/task_queues:95:5'],
    ['/srv/app', 'at Array.map (<anonymous>)', 'at Array.map (<anonymous>)'],
    ['/srv/app', 'at load (file:///srv/app/%zz.js:3:4)', 'at load (%zz.js:3:4)'],
    [
      '/srv/app',
      'at eval (eval at run (/home/jo/x.js:1:2), <anonymous>:3:4)',
      'at eval (eval at run (…/x.js:1:2), <anonymous>:3:4)',
    ],
  ]
  for (const [folder, frame, shown] of frames) {
    it(`${frame}, started in ${folder}`, () => {
      assert.equal(
        shownStack(`Error: x\n    ${frame}\n    ${frame}`, folder),
        `Error: x\n    ${shown}\n    ${shown}`,
      )
    })
  }

  it('never has a folder outside of where it was started', () => {
    const part = fc
      .stringMatching(/^[a-z ()%.]{1,8}$/)
      .filter(text => text.trim() !== '' && !/^\.+$/.test(text))
    fc.assert(
      fc.property(part, fc.array(part, { maxLength: 3 }), fc.boolean(), (file, parts, isUrl) => {
        const path = ['', 'home', 'secret', ...parts, file].join('/')
        const place = isUrl ? `file://${encodeURI(path)}` : path
        assert.ok(!shownStack(`at f (${place}:1:2)`, '/srv/app').includes('secret/'))
      }),
    )
  })
})
