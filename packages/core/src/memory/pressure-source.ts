import type { PressureLevel } from './pressure-level.ts'

/** Something that tells how short memory is. */
export interface PressureSource {
  /** As it reads in a report: `heap`, `cgroup`. */
  readonly name: string
  /** Asked some times a second, so it must be quick. One that throws counts as nominal, and is reported once. */
  read(): PressureLevel
  /** It takes a microsecond or two: asked each millisecond, too, while memory is being filled. Default false. */
  readonly isInstant?: boolean | undefined
}
