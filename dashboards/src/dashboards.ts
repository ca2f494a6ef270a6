import { caches } from './caches.ts'
import { leaks } from './leaks.ts'
import { mappings } from './mappings.ts'
import { overview } from './overview.ts'
import type { DashboardPlan } from './panel-plan.ts'
import { pools } from './pools.ts'
import { runtime } from './runtime.ts'

export const DASHBOARDS: readonly DashboardPlan[] = [overview, leaks, pools, caches, mappings, runtime]
