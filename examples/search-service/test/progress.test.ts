import assert from 'node:assert/strict'
import { Progress } from '../src/progress.ts'

describe('Progress', () => {
  const written = (isTTY: boolean, use: (progress: Progress) => void): string => {
    let text = ''
    use(new Progress({ isTTY, write: part => (text += part) }))
    return text
  }
  const phase = (progress: Progress): void => {
    for (let done = 0; done <= 1000; done++) progress.update('Indexing', done, 1000)
    progress.finish('Indexing', '1,000 files')
  }

  it('writes one line a phase where nobody watches', () => {
    assert.equal(written(false, phase), 'Indexing   1,000 files\n')
  })

  it('redraws a bar on a terminal, only as it changes, and wipes it at the end', () => {
    const text = written(true, phase)
    assert.ok(text.split('\r').length < 130)
    assert.ok(text.includes('\r\u001b[KIndexing   [############............]  50 %'))
    assert.ok(text.endsWith('\r\u001b[KIndexing   1,000 files\n'))
  })

  it('is full where there is nothing to do', () => {
    assert.ok(written(true, progress => progress.update('Load', 0, 0)).includes('100 %'))
  })
})
