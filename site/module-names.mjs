// Modules are called as they are imported, not as their folders are.
import { Converter, ReflectionKind } from 'typedoc'

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getReflectionsByKind(ReflectionKind.Module)) {
      const [, name, entry] = /^(?:packages\/)?([a-z-]+)\/src(?:\/(.+))?$/.exec(module.name) ?? []
      if (name !== undefined) module.name = `@leasehold/${name}${entry === undefined ? '' : `/${entry}`}`
    }
  })
}
