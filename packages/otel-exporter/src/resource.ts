import { arch, hostname } from 'node:os'
import {
  defaultResource,
  detectResources,
  osDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources'
import type { Resource } from '@opentelemetry/resources'
import type { Environment } from './environment.ts'
import type { ResourcePlan } from './telemetry-plan.ts'

/**
 * What all spans and metrics are of: this service, process and machine. The SDK's own detectors of process and host
 * are not used: they tell everybody who may scrape the whole command line, where secrets can be, and read the
 * machine's id by running a program.
 */
export function detectedResource(plan: ResourcePlan, env: Environment): Resource {
  const own = resourceFromAttributes({
    'host.name': hostname(),
    'host.arch': arch() === 'x64' ? 'amd64' : arch(),
    'process.pid': process.pid,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
  })
  const { serviceName, serviceVersion, attributes } = plan
  const named = env.text('OTEL_SERVICE_NAME')
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [osDetector, serviceInstanceIdDetector] }))
    .merge(resourceFromAttributes(env.pairs('OTEL_RESOURCE_ATTRIBUTES')))
    .merge(resourceFromAttributes(named === undefined ? {} : { 'service.name': named }))
    .merge(resourceFromAttributes({ ...attributes }))
    .merge(
      resourceFromAttributes({
        ...(serviceName === undefined ? {} : { 'service.name': serviceName }),
        ...(serviceVersion === undefined ? {} : { 'service.version': serviceVersion }),
      }),
    )
}
