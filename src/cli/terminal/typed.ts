import { shellWord } from '../../operator/suggestion.ts';

/** How the user started the command, with the options that choose the stage. */
export function programOf(args: string[], env: NodeJS.ProcessEnv): string {
  const isByNpx = env.npm_lifecycle_event === 'npx' && /^['"]?relay\b/.test(env.npm_lifecycle_script ?? '');
  return [isByNpx ? 'npx relay' : 'relay', ...choiceIn(args).map(shellWord)].join(' ');
}

/** The options that choose the stage. Without them a suggested command would use another stage. */
function choiceIn(args: string[]): string[] {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  return ['--stage', '--region', '--profile'].flatMap((flag) => {
    const at = own.lastIndexOf(flag);
    const value = at < 0 ? own.findLast((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1) : own[at + 1];
    return value === undefined ? [] : [flag, value];
  });
}

/** A suggested command in the form in which the user would type it. Other text is not changed. */
export const asTyped = (text: string, program: string) => text.replace(/^relay(?= )/, () => program);
