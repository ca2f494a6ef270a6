import { parseArguments, USAGE } from './arguments.ts'
import { Failure } from './failure.ts'
import { Progress } from './progress.ts'
import { runProgram } from './program.ts'

const USAGE_EXIT_CODE = 2

async function main(): Promise<void> {
  const progress = new Progress(process.stderr)
  let args
  try {
    args = parseArguments(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    progress.line(`search-service: ${error.message} --help tells more.`)
    process.exitCode = USAGE_EXIT_CODE
    return
  }
  if (args.help) {
    process.stdout.write(USAGE)
    return
  }
  process.exitCode = await runProgram(args, progress)
}

await main()
