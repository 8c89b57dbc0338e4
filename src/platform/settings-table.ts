import { settingsSchema } from './config.ts';

/** The README's table of settings, in Markdown. */
export function settingsTable(): string {
  const rows = Object.entries(settingsSchema.shape).map(
    ([name, setting]) => `| \`${name}\` | ${setting.description ?? ''} | ${defaultOf(setting)} |`,
  );
  return ['| variable | what it is | if not set |', '|---|---|---|', ...rows].join('\n');
}

function defaultOf(setting: { safeParse(value: undefined): { success: boolean; data?: unknown } }): string {
  const parsed = setting.safeParse(undefined);
  const { data } = parsed;
  if (!parsed.success || data === undefined || (Array.isArray(data) && data.length === 0)) return '–';
  return `\`${String(data)}\``;
}
