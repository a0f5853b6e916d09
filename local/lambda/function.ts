/** A deployed function: its name, its code and its limits. */
export interface LocalFunction {
  name: string;
  arn: string;
  /** The folder that takes the place of /var/task. */
  folder: string;
  handler: string;
  region: string;
  /** Memory in megabytes. */
  memory: number;
  /** Milliseconds after which an invocation and its worker are ended. */
  timeout: number;
  environment: Record<string, string>;
  /** Reserved concurrency. With 0 the function is not invoked; how many workers there are does not depend on it. */
  reserved?: number | undefined;
  /** Called with every line that the function writes. */
  onLine(line: string): void;
}

/** The environment of a function's process: its own variables, Lambda's, and of the machine's only PATH. */
export function lambdaVariables(definition: LocalFunction): Record<string, string> {
  const { name, folder, handler, region, memory, environment } = definition;
  return {
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
    ...environment,
    _HANDLER: handler,
    LAMBDA_TASK_ROOT: folder,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // The stand-ins recognise the caller by its access key.
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
