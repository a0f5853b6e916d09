/**
 * Each folder of src/lib, and the folders under test/lib that judge its mutants. A mutant counts as killed only if a test
 * of these fails, so the score is a lower bound: simulation, console and deployment tests see more.
 */
export const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  functions: ['functions', 'webhook'],
  aws: ['aws', 'relay'],
  provider: ['provider'],
  observability: ['observability'],
  relay: ['relay'],
  webhook: ['webhook', 'functions'],
  change: ['change'],
  operations: ['operations'],
  secrets: ['secrets'],
  json: ['json', 'change'],
  http: ['http'],
};
