/** An HTTP reply of the webhook. */
export interface WebhookReply {
  status: number;
  type: 'application/json' | 'application/problem+json';
  body: object;
  /** Why the request can't be served now. It is for the log and never for the sender. */
  cause?: unknown;
}

/** Makes a reply with problem details (RFC 9457). */
export function problem(status: number, kind: string, detail: string, more: object = {}): WebhookReply {
  return {
    status,
    type: 'application/problem+json',
    body: { type: `urn:migration-relay:problem:${kind}`, title: TITLES[status], status, detail, ...more },
  };
}

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  503: 'Service Unavailable',
};
