import assert from 'node:assert/strict'
import { mapFileSync, type Mapping, type MappingOf, type MappingHandle, attachMapping } from '../src/index.ts'
import { Scratch } from './scratch.ts'

/** Never called: that it compiles, and each marked line would not, is the test. */
function whatTypeChecks(path: string, access: 'ro' | 'rw', handle: MappingHandle<'rw'>): void {
  const readOnly = mapFileSync(path)
  readOnly.u32(0)
  // @ts-expect-error a mapping is 'ro' unless it is asked for otherwise
  readOnly.setU32(0, 1)
  // @ts-expect-error
  readOnly.write(0, new Uint8Array(1))
  // @ts-expect-error
  void readOnly.resize(1)
  // @ts-expect-error
  mapFileSync(path, { access: 'ro' }).setU8(0, 1)
  const copy = mapFileSync(path, { access: 'cow' })
  copy.setU32(0, 1)
  // @ts-expect-error a copy has no file whose size it could change
  void copy.resize(1)
  const shared = mapFileSync(path, { access: 'rw' })
  shared.setU64(0, 1n)
  void shared.resize(1)
  // @ts-expect-error 64 bits are a bigint
  shared.setU64(0, 1)
  // @ts-expect-error which of the two it is, the program has to find out
  mapFileSync(path, { access }).setU8(0, 1)
  const either: MappingOf<'ro' | 'rw'> = mapFileSync(path, { access })
  if (either.access === 'rw') either.setU8(0, 1)
  attachMapping(handle).setU8(0, 1)
  // @ts-expect-error a brand: one cannot be passed for the other
  const pretended: MappingOf<'rw'> = readOnly
  void pretended
  const any: Mapping = shared
  any.u8(0)
  // @ts-expect-error
  any.setU8(0, 1)
  // @ts-expect-error there is no such access
  mapFileSync(path, { access: 'wo' })
}

describe('the types of access', () => {
  it('are those that the mapping has', async () => {
    assert.equal(typeof whatTypeChecks, 'function')
    const scratch = new Scratch()
    const path = scratch.file('x')
    for (const access of ['ro', 'rw', 'cow'] as const) {
      await using mapping = mapFileSync(path, { access, registry: scratch.registry })
      assert.equal(mapping.access, access)
    }
    scratch.remove()
  })
})
