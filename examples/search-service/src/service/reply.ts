/** What a route answers; the body is sent as JSON. */
export interface Reply {
  readonly status: number
  readonly body: unknown
}
