import type { DashboardPlan } from './panel-plan.ts'
import { quantile, rate, series, sumBy } from './promql.ts'

export const mappings: DashboardPlan = {
  uid: 'leasehold-mappings',
  title: 'Leasehold / Mapped files',
  description: 'What is mapped, what is read and written, and what has become unusable.',
  rows: [
    {
      title: 'Mapped',
      panels: [
        {
          kind: 'timeseries',
          title: 'Mappings',
          description: 'Files that are open, by how they are reached: mapped, or read and written instead.',
          unit: 'short',
          width: 8,
          min: 0,
          stacked: true,
          queries: [
            {
              expr: sumBy('leasehold_name, leasehold_mmap_backend', series('leasehold_mmap_mapping_count')),
              legend: '{{leasehold_name}} {{leasehold_mmap_backend}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Mapped bytes',
          description: 'Address space, not memory: what is resident of it the kernel decides.',
          unit: 'bytes',
          width: 8,
          min: 0,
          queries: [
            {
              expr: sumBy('leasehold_name', series('leasehold_mmap_mapped_size_bytes')),
              legend: '{{leasehold_name}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Block operations',
          description: 'Bytes a second copied by block reads and writes; single numbers are not counted.',
          unit: 'Bps',
          width: 8,
          min: 0,
          queries: [
            {
              expr: sumBy('leasehold_mmap_direction', rate('leasehold_mmap_io_bytes_total')),
              legend: '{{leasehold_mmap_direction}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Trouble',
      panels: [
        {
          kind: 'timeseries',
          title: 'Faults',
          description: 'Mappings that became unusable: truncated by somebody, no space, handler replaced.',
          unit: 'short',
          width: 8,
          min: 0,
          queries: [
            {
              expr: sumBy(
                'leasehold_name, leasehold_mmap_fault_reason',
                `increase(${series('leasehold_mmap_faults_total')}[$__rate_interval])`,
              ),
              legend: '{{leasehold_name}} {{leasehold_mmap_fault_reason}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Fallbacks',
          description: 'Files that were opened to be read and written instead of mapped, by why.',
          unit: 'short',
          width: 8,
          min: 0,
          queries: [
            {
              expr: sumBy(
                'leasehold_mmap_fallback_reason',
                `increase(${series('leasehold_mmap_fallbacks_total')}[$__rate_interval])`,
              ),
              legend: '{{leasehold_mmap_fallback_reason}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Flush',
          description: 'How long flushes took: the storage’s time.',
          unit: 's',
          width: 8,
          min: 0,
          queries: [
            {
              expr: quantile(0.99, 'leasehold_mmap_flush_duration_seconds', 'leasehold_name'),
              legend: '{{leasehold_name}} 99th percentile',
            },
          ],
        },
      ],
    },
  ],
}
