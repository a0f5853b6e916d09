/**
 * Each folder of src/lib, and the folders under test/lib that judge its mutants. A mutant counts as killed only if a test
 * of these fails, so the score is a lower bound: simulation, console and deployment tests see more.
 */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  errors: ['errors'],
  operations: ['operations'],
  provider: ['provider'],
  aws: ['aws'],
  relay: ['relay'],
  ledger: ['ledger', 'relay'],
  webhook: ['webhook'],
  queue: ['queue'],
  secrets: ['secrets'],
  observability: ['observability'],
  edges: ['edges', 'queue', 'webhook'],
  change: ['change'],
};
