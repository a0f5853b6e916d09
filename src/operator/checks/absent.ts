/** The names of AWS's errors for something that does not exist. */
const ABSENT = new Set([
  'AWS.SimpleQueueService.NonExistentQueue',
  'DashboardNotFoundError',
  'NoSuchEntityException',
  'NotFoundException',
  'ParameterNotFound',
  'QueueDoesNotExist',
  'ResourceNotFound',
  'ResourceNotFoundException',
]);

/** Undefined for an error that says that something does not exist, which is a finding. Any other error is thrown again. */
export function ifAbsent(error: unknown): undefined {
  if (error instanceof Error && ABSENT.has(error.name)) return undefined;
  throw error;
}
