import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { captureNode, npm, tool } from '../../scripts/command.mjs'
import { packPublic } from '../../scripts/tarball.mjs'

const execute = promisify(execFile)

/** An empty project outside the workspace that has installed the packed packages, as a user's would. */
export class Consumer {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** @param packages which of the packed ones, by their tarballs' names; npm finds what they depend on among these
   * @param extra tarballs beside them */
  static async create(packages: RegExp = /./, extra: readonly string[] = []): Promise<Consumer> {
    const consumer = new Consumer(await mkdtemp(join(tmpdir(), 'leasehold-consumer-')))
    await consumer.#install(packages, extra)
    await cp(fileURLToPath(new URL('programs', import.meta.url)), consumer.#folder, { recursive: true })
    return consumer
  }

  async #install(packages: RegExp, extra: readonly string[]): Promise<void> {
    await writeFile(join(this.#folder, 'package.json'), '{ "private": true }\n')
    const packed = await packPublic(this.#folder)
    const files = packed.map(({ file }) => file).filter(file => packages.test(basename(file)))
    const wanted = [...files, ...extra, '@opentelemetry/api@1.9.1', '@types/node@20.19.43']
    const args = ['install', ...wanted, '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
    await this.#succeed([npm(), ...args], 'npm install')
  }

  /** Strict, as a user may have it, and with every declaration file checked. */
  async compile(program: string): Promise<void> {
    const compilerOptions = {
      target: 'ES2022',
      lib: ['ES2023', 'ESNext.Disposable'],
      module: 'NodeNext',
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      types: ['node'],
    }
    const project = join(this.#folder, 'tsconfig.json')
    await writeFile(project, JSON.stringify({ compilerOptions, files: [program] }))
    await this.#succeed([tool('typescript', 'tsc'), '-p', project], 'tsc')
  }

  /** Runs a program to its end and gives what it printed; a non-zero exit is an error that shows it all. */
  async run(node: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { stdout } = await execute(node, args, { cwd: this.#folder, env: { ...process.env, ...env } })
    return stdout
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #succeed(args: string[], what: string): Promise<void> {
    const { code, output } = await captureNode(args, { cwd: this.#folder })
    if (code !== 0) throw new Error(`${what} failed in the consumer's folder:\n${output}`)
  }
}
