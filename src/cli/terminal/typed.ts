import { shellWord } from '../../operator/suggestion.ts';

/** What the user typed to get here: the command as it was started, and the stage that was named. */
export function programOf(args: string[], env: NodeJS.ProcessEnv): string {
  const isByNpx = env.npm_lifecycle_event === 'npx' && /^['"]?relay\b/.test(env.npm_lifecycle_script ?? '');
  return [isByNpx ? 'npx relay' : 'relay', ...choiceIn(args).map(shellWord)].join(' ');
}

/** The options that say which stage is meant: without them the next command would look at another. */
function choiceIn(args: string[]): string[] {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  return ['--stage', '--region', '--profile'].flatMap((flag) => {
    const at = own.lastIndexOf(flag);
    const value = at < 0 ? own.findLast((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1) : own[at + 1];
    return value === undefined ? [] : [flag, value];
  });
}

/** A suggested command as the user would type it; other text stays. */
export const asTyped = (text: string, program: string) => text.replace(/^relay(?= )/, () => program);
