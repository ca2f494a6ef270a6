const grouped = new Intl.NumberFormat('en-US')

export function count(value: number): string {
  return grouped.format(value)
}

export function plural(value: number, noun: string, several = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : several}`
}

/** Milliseconds as a person reads them: `0.42 ms`, `37 ms`, `3.2 s`. */
export function duration(millis: number): string {
  if (millis >= 1000) return `${(millis / 1000).toFixed(1)} s`
  return millis >= 10 ? `${Math.round(millis)} ms` : `${millis.toFixed(2)} ms`
}

export function megabytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes >= 100_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} kB`
}

/** Rounded down: what is not 100 % never reads so. */
export function percent(share: number | undefined): string {
  if (share === undefined) return '-'
  return share === 100 ? '100 %' : `${(Math.floor(share * 100) / 100).toFixed(2)} %`
}

/** Rows in columns: the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows.map(row =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  )
}
