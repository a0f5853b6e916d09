import type { FingerprintKeys } from '../change/fingerprint.ts';
import type { ValidRecord } from '../change/parse-record.ts';
import type { ValidationSettings } from '../change/validate.ts';
import type { ChangeRow, Ledger } from './ledger.ts';
import type { Policy } from './policy.ts';
import type { Provider } from './provider.ts';
import type { ResultEvent } from './result.ts';

/** All that the relay depends on: its ports and its settings. The relay itself knows neither AWS nor HTTP. */
export interface Context {
  /** The `source` of results: the relay's name and stage. */
  source: string;
  ledger: Ledger;
  provider: Provider;
  publish(event: ResultEvent): Promise<void>;
  fingerprintKeys(): Promise<FingerprintKeys>;
  /** The secret that a reference of a change names. Throws SecretRefused, or what the store throws. */
  secret(reference: string): Promise<string>;
  validation: ValidationSettings;
  policy: Policy;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  newOwner(): string;
}

/** One message of the queue. */
export interface Delivery {
  body: string;
  /** The SQS sequence number, which can be compared only within its message group. */
  arrival?: string | undefined;
  group?: string | undefined;
  /** When the message was sent to the queue, in milliseconds since 1970. */
  sentAt?: number | undefined;
  /** How many milliseconds of the invocation are left. */
  remaining(): number;
}

/** A change whose row this delivery owns. */
export interface Job extends Pick<Delivery, 'sentAt' | 'remaining'> {
  change: ValidRecord;
  row: ChangeRow;
  owner: string;
}
