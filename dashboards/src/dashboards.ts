import { leaks } from './leaks.ts'
import { overview } from './overview.ts'
import type { DashboardPlan } from './panel-plan.ts'
import { pools } from './pools.ts'

export const DASHBOARDS: readonly DashboardPlan[] = [overview, leaks, pools]
