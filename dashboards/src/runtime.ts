import type { DashboardPlan, PanelPlan } from './panel-plan.ts'
import { rate, series, sumBy } from './promql.ts'

/** A line for each instance. */
function each(
  plan: Pick<PanelPlan, 'title' | 'description' | 'unit' | 'width'> & {
    readonly expr: string
  } & Partial<PanelPlan>,
): PanelPlan {
  const { expr, ...rest } = plan
  return { kind: 'timeseries', min: 0, queries: [{ expr, legend: '{{instance}}' }], ...rest }
}

export const runtime: DashboardPlan = {
  uid: 'leasehold-runtime',
  title: 'Leasehold / Runtime',
  description:
    'Memory, event loop and garbage collection of the processes. All but the memory pressure comes from OpenTelemetry’s own instrumentation of the runtime.',
  rows: [
    {
      title: 'Memory',
      panels: [
        each({
          title: 'Memory pressure',
          description:
            'How short memory is, as caches see it: at a warning they shrink, when it is critical they let go of all they can.',
          unit: 'short',
          width: 8,
          max: 2,
          texts: { 0: 'nominal', 1: 'warning', 2: 'critical' },
          expr: `max by (instance) (${series('leasehold_memory_pressure_level_ratio')})`,
        }),
        each({
          title: 'Resident memory',
          description: 'What the process takes of the machine: heap, buffers and pages of mapped files.',
          unit: 'bytes',
          width: 8,
          expr: sumBy('instance', series('process_memory_usage_bytes')),
        }),
        each({
          title: 'Heap in use',
          description:
            'Of V8’s heap, all spaces together. A floor that climbs from collection to collection is a leak.',
          unit: 'bytes',
          width: 8,
          expr: sumBy('instance', series('v8js_memory_heap_used_bytes')),
        }),
      ],
    },
    {
      title: 'Event loop',
      panels: [
        each({
          title: 'Delay of the event loop, 99th percentile',
          description:
            'How late timers are. While it is high, waits and time-outs of everything else say little: look here first.',
          unit: 's',
          width: 8,
          expr: `max by (instance) (${series('nodejs_eventloop_delay_p99_seconds')})`,
        }),
        each({
          title: 'Event loop in use',
          description: 'Share of the time in which JavaScript ran. Near 100 % the process can take no more.',
          unit: 'percentunit',
          width: 8,
          max: 1,
          expr: `max by (instance) (${series('nodejs_eventloop_utilization_ratio')})`,
        }),
        {
          kind: 'timeseries',
          title: 'What keeps the loop going',
          description:
            'Open sockets, timers and the like, by type. Handles that only climb are leaked outside of leases.',
          unit: 'short',
          width: 8,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: sumBy('v8js_resource_type', series('v8js_resource_active')),
              legend: '{{v8js_resource_type}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Garbage collection',
      panels: [
        {
          kind: 'timeseries',
          title: 'Time in collections',
          description:
            'Share of the time of a process, by kind of collection. Above some 10 % the heap is too full.',
          unit: 'percentunit',
          width: 12,
          min: 0,
          queries: [
            {
              expr: sumBy('instance, v8js_gc_type', rate('v8js_gc_duration_seconds_sum')),
              legend: '{{instance}} {{v8js_gc_type}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Heap by space',
          description:
            'Where the heap’s bytes are: long-lived objects are in the old space, big ones in the large-object space.',
          unit: 'bytes',
          width: 12,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: sumBy('v8js_heap_space_name', series('v8js_memory_heap_used_bytes')),
              legend: '{{v8js_heap_space_name}}',
            },
          ],
        },
      ],
    },
  ],
}
