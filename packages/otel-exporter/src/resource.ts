import { arch, hostname } from 'node:os'
import {
  defaultResource,
  detectResources,
  envDetector,
  osDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { serviceInstanceIdDetector } from '@opentelemetry/resources'
import type { Resource } from '@opentelemetry/resources'
import type { Environment } from './environment.ts'
import type { ProblemLog } from './problem-log.ts'
import type { ResourcePlan } from './telemetry-plan.ts'

/**
 * What all spans and metrics are of: this service, process and machine. The SDK's own detectors of process and host
 * are not used: they tell everybody who may scrape the whole command line, where secrets can be, and read the
 * machine's id by running a program.
 */
export function detectedResource(plan: ResourcePlan, env: Environment, problems: ProblemLog): Resource {
  const variables = 'OTEL_RESOURCE_ATTRIBUTES'
  const fromEnv = envDetector.detect().attributes ?? {}
  if (env.text(variables) !== undefined && Object.keys(fromEnv).every(key => key === 'service.name')) {
    problems.report(
      `environment: ${variables}`,
      `${variables} must be key=value,key=value, percent-encoded: not used`,
    )
  }
  const own = resourceFromAttributes({
    'host.name': hostname(),
    'host.arch': arch() === 'x64' ? 'amd64' : arch(),
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
  })
  const { serviceName, serviceVersion, attributes } = plan
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [osDetector, serviceInstanceIdDetector, envDetector] }))
    .merge(resourceFromAttributes({ ...attributes }))
    .merge(
      resourceFromAttributes({
        ...(serviceName === undefined ? {} : { 'service.name': serviceName }),
        ...(serviceVersion === undefined ? {} : { 'service.version': serviceVersion }),
      }),
    )
}
