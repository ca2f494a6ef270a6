import type { LiveState } from '../live/live-state.ts'
import { AlertList } from './alert-list.ts'
import { cacheTable } from './cache-table.ts'
import { Connection, type ConnectionState } from './connection.ts'
import { byId, setAttribute, setText } from './elements.ts'
import { leaseTable } from './lease-table.ts'
import { mappingTable } from './mapping-table.ts'
import { duration } from './numbers.ts'
import { OverviewCards } from './overview-cards.ts'
import { poolTable } from './pool-table.ts'
import { resourceTable } from './resource-table.ts'

const PILLS: Readonly<Record<ConnectionState, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  late: 'Late',
  lost: 'Connection lost',
  ended: 'Ended',
  paused: 'Paused',
}

const NOTICES: Readonly<Partial<Record<ConnectionState, string>>> = {
  late: 'No news for some seconds: the program may be busy. What is shown is from before.',
  lost: 'Connection lost. What is shown is from before; trying again every two seconds.',
  ended: 'The program has ended its telemetry. What is shown is its last state.',
}

/** In the one live region. Of figures nothing is said: they change each second. */
const say = (text: string): void => setText(byId('announcement'), text)

const overview = new OverviewCards(byId('overview'))
const alerts = new AlertList(byId('alerts'), say)
const resources = resourceTable(byId('resources'))
const pools = poolTable(byId('pools'))
const caches = cacheTable(byId('caches'))
const mappings = mappingTable(byId('mappings'))
const leases = leaseTable(byId('leases'))

function show(state: LiveState): void {
  const { service, pid, uptimeSeconds } = state
  setText(byId('service'), service)
  setText(byId('process'), `process ${pid}, up ${duration(uptimeSeconds)}`)
  const { alerts: firing } = state.overview
  const title = `${firing > 0 ? `(${firing}) ` : ''}${service} · Leasehold live`
  if (document.title !== title) document.title = title
  overview.show(state)
  alerts.show(state.alerts)
  resources.show(state.resources)
  pools.show(state.pools)
  caches.show(state.caches)
  mappings.show(state.mappings)
  leases.show(state.leases)
  // What a program does not use is no part of its page.
  byId('pools').hidden = state.pools.rows.length === 0
  byId('caches').hidden = state.caches.rows.length === 0
  byId('mappings').hidden = state.mappings.rows.length === 0
}

function showConnection(state: ConnectionState): void {
  const notice = NOTICES[state]
  setAttribute(byId('connection'), 'data-state', state)
  setText(byId('connection-text'), PILLS[state])
  byId('lost').hidden = notice === undefined
  setText(byId('lost'), notice ?? '')
  document.body.classList.toggle('stale', notice !== undefined)
  if (notice !== undefined) say(notice)
}

const connection = new Connection({ state: show, connection: showConnection })
const pause = byId('pause')
pause.addEventListener('click', () => {
  if (connection.isPaused) connection.open()
  else connection.pause()
  setAttribute(pause, 'aria-pressed', String(connection.isPaused))
})
connection.open()
