import { builtinModules } from 'node:module'

/** What a README tells its readers to install: the packages of its first `npm i`. */
export function installedBy(readme: string): string[] {
  const [, line] = /^npm i (.+)$/m.exec(readme) ?? []
  if (line === undefined) throw new Error('the README has no line "npm i …"')
  return line.split(' ').filter(word => word !== '')
}

/** The packages that a program imports, by their names alone. */
export function importedBy(program: string): string[] {
  const specifiers = [...program.matchAll(/^import (?:[^'\n]* from )?'([^']+)'/gm)].map(match => match[1]!)
  const packages = specifiers
    .filter(name => !name.startsWith('node:') && !builtinModules.includes(name))
    .map(name =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    )
  return [...new Set(packages)]
}

/** The same program for a CommonJS file: `require()`, and an async function around it. */
export function toCommonJs(program: string): string {
  const imports: string[] = []
  const rest = program.replace(
    /^import (?:\{([^}]*)\}|(\w+)) from ('[^']+')\n/gm,
    (_, names: string | undefined, name: string | undefined, from: string) => {
      const required =
        names === undefined
          ? `${name!} = require(${from}).default`
          : `{${names.replace(/ as /g, ': ')}} = require(${from})`
      imports.push(`const ${required}`)
      return ''
    },
  )
  if (/^import /m.test(rest)) throw new Error(`an import that has no counterpart:\n${program}`)
  return `'use strict'\n${imports.join('\n')}\nasync function main() {\n${rest}}\nvoid main()\n`
}
