/** What a panel shows, before it is Grafana's JSON. */
export interface PanelPlan {
  readonly title: string
  /** What it says and when to worry: shown behind the panel's (i). */
  readonly description: string
  readonly kind: 'timeseries' | 'stat' | 'table'
  /** Of Grafana's units: `short`, `s`, `bytes`, `percentunit`, `ops`. */
  readonly unit: string
  readonly queries: readonly Query[]
  /** Of 24 columns. */
  readonly width: number
  /** Rising values, each with the colour from there on; the first colour is of everything below. */
  readonly thresholds?: readonly [below: string, ...from: (readonly [value: number, colour: string])[]]
  readonly stacked?: boolean
  /** Texts for single values. */
  readonly texts?: Readonly<Record<number, string>>
  readonly min?: number
  readonly max?: number
  /** A link to the traces of the service that reports the series. */
  readonly linksToTraces?: boolean
}

export interface Query {
  readonly expr: string
  /** `{{label}}` takes the place of a label's value. */
  readonly legend: string
}

export interface RowPlan {
  readonly title: string
  readonly panels: readonly PanelPlan[]
}

export interface DashboardPlan {
  /** Stays for ever: links and imports go by it. */
  readonly uid: string
  readonly title: string
  readonly description: string
  /** What one chooses by, besides the job and its instances: the values of a label. */
  readonly variables?: readonly LabelVariable[]
  readonly rows: readonly RowPlan[]
}

export interface LabelVariable {
  readonly name: string
  readonly label: string
  readonly of: { readonly metric: string; readonly label: string }
}
