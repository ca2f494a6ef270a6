import { pathToFileURL } from 'node:url'

const MAX_LENGTH = 4_000
/** A line of a stack whose place is an absolute path or a file's URL: what is before it, the place, what is behind. */
const FRAME = /^(\s*at (?:async )?(?:[^\n]*? \()?)((?:file:\/\/)?(?:\/?[A-Za-z]:)?[\\/][^\n]*?)(\)?)$/gm
const MODULES = 'node_modules'

/**
 * A stack with paths as a programmer writes them: those of the program from where it was started, those of packages from
 * `node_modules`, of any other the last part alone. What is above is the machine's, and nobody's who looks at the page.
 */
export function shownStack(stack: string, folder: string): string {
  return stack
    .slice(0, 4 * MAX_LENGTH)
    .replaceAll(pathToFileURL(`${folder}/`).href, '')
    .replaceAll(`${folder}/`, '')
    .replaceAll(`${folder}\\`, '')
    .replace(FRAME, (_, before: string, place: string, behind: string) => before + shownPlace(place) + behind)
    .slice(0, MAX_LENGTH)
}

function shownPlace(place: string): string {
  const modules = place.lastIndexOf(MODULES)
  if (modules > 0 && /[\\/]/.test(place[modules - 1]!)) return place.slice(modules)
  return `…/${place.slice(Math.max(place.lastIndexOf('/'), place.lastIndexOf('\\')) + 1)}`
}
