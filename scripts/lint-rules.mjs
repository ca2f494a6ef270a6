// Rules of our own for oxlint.

/** `export *` hides what a package's surface is, and exports more with every file that changes. */
const noExportAll = {
  /** @param {{ report(problem: { node: unknown, message: string }): void }} context */
  create(context) {
    return {
      /** @param {{ exported: unknown }} node */
      ExportAllDeclaration(node) {
        context.report({ node, message: 'Name what is exported: `export *` is not used here' })
      },
    }
  },
}

// oxlint takes a plugin as the default export.
// oxlint-disable-next-line import/no-default-export
export default { meta: { name: 'leasehold' }, rules: { 'no-export-all': noExportAll } }
