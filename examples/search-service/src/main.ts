import { parseArguments, USAGE } from './arguments.ts'
import { Failure, UsageFailure } from './failure.ts'
import { runPressure } from './pressure/pressure-run.ts'
import { Progress } from './progress.ts'
import { runProgram } from './program.ts'
import { DEPENDENCIES } from './session.ts'

async function main(): Promise<number> {
  const progress = new Progress(process.stderr)
  try {
    const args = parseArguments(process.argv.slice(2))
    if (args.pressure && !args.help) return (await runPressure(args.folder ?? DEPENDENCIES, progress)) ? 0 : 1
    if (!args.help) return await runProgram(args, progress)
    process.stdout.write(USAGE)
    return 0
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    progress.line(`search-service: ${error.message}`)
    return error instanceof UsageFailure ? 2 : 1
  }
}

// Whoever reads only the beginning (`| head`) has seen enough; the rest of the run, its clean end included, goes on.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}
process.exitCode = await main()
