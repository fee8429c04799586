import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAMILIES } from '#mapping/choose-family.ts';
import { DERIVED_MEMBERS, type MapName } from '#mapping/derived-members.ts';
import { MAX_PARSED_TEXTS } from '#mapping/embedded-json.ts';
import { SHARED_MEMBERS, type Family, type Routes } from '#mapping/families/family.ts';
import { MAX_OMITTED_PATHS } from '#mapping/fit-limits.ts';
import { isLogType, LOG_TYPES } from '#mapping/log-types.ts';
import { EVENT_VERSION } from '#mapping/map-record.ts';
import { MAX_NESTING } from '#mapping/parse-record.ts';
import { PLACEHOLDERS } from '#mapping/placeholders.ts';
import { REJECT_REASONS } from '#mapping/reject-reason.ts';
import { OBJECT_LIMITS, TEXT_LIMITS } from '#mapping/target-schema.ts';
import { USER_TYPES } from '#mapping/user-type.ts';
import { eventOf } from './map-one.ts';

const TIME = '2026-11-20T10:00:12Z';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/mapping.md'), 'utf8');

/** The text under a heading, up to the next heading of the same or a higher level. */
function sectionOf(heading: string): string {
  const level = heading.indexOf(' ');
  const start = PAGE.indexOf(`\n${heading}\n`);
  if (start === -1) throw new Error(`docs/mapping.md has no heading "${heading}"`);
  const rest = PAGE.slice(start + heading.length + 2);
  const next = rest.search(new RegExp(`^#{1,${level}} `, 'm'));
  return next === -1 ? rest : rest.slice(0, next);
}

/** The rows of the first table in a section, without its head; cells without backticks. */
function rowsOf(section: string): string[][] {
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** What the page must list for routes, one line per object. */
function routeLines(routes: Routes, prefix: string): string[] {
  const names = new Map<MapName, string[]>();
  for (const [name, map] of routes) names.set(map, [...(names.get(map) ?? []), `${prefix}${name}`]);
  return [...names].map(([map, list]) => `- To \`${map}\`: ${code(list)}`);
}

function listOf(family: Family): string[] {
  const { categories, members, body, embedded, eventSource, uidWithoutId } = family;
  const place = family.flat === true ? '' : 'properties.';
  return [
    ...(categories.length > 0 ? [`- Categories: ${code(categories)}`] : []),
    ...routeLines(members ?? new Map(), ''),
    ...routeLines(body, place),
    ...(embedded.length > 0
      ? [`- JSON text, parsed in place: ${code(embedded.map((name) => `${place}${name}`))}`]
      : []),
    ...(eventSource === undefined
      ? []
      : [`- \`eventSource\` when nothing names a provider: \`${eventSource}\``]),
    `- UID without an id of its own: by ${uidWithoutId}`,
  ];
}

it('has one section per family, in the order of the code', () => {
  const headings = [...sectionOf('## Families').matchAll(/^### `([a-z\d-]+)`$/gm)].map(([, name]) => name);

  expect(headings).toEqual(FAMILIES.map(({ name }) => name));
});

it.each(FAMILIES.map((family) => [family.name, family] as const))(
  'tells for %s where its members go as the code does, in a table of fields',
  (name, family) => {
    const section = sectionOf(`### \`${name}\``);

    const list = section.split('\n').filter((line) => line.startsWith('- '));
    expect(list).toEqual(listOf(family));
    expect(rowsOf(section).map(([field]) => field)).toEqual(
      expect.arrayContaining(['eventTime', 'UID', 'userIdentity.type']),
    );
  },
);

it('lists every container of the collectors, with the family of its records', () => {
  const rows = rowsOf(sectionOf('## Families')).filter(([container]) => isLogType(container ?? ''));

  expect(rows.map(([container]) => container)).toEqual(Object.keys(LOG_TYPES));
  for (const [container, , family] of rows) {
    const record = { id: 'i', createdDateTime: TIME, activityDateTime: TIME, CreationTime: TIME };
    const known = { ...record, riskLastUpdatedDateTime: TIME };

    expect(eventOf(known, { container: container! }).family).toBe(family);
  }
});

it('tells where members go that all families share', () => {
  const list = sectionOf('### Where members go').split('\n');

  expect(list).toEqual(expect.arrayContaining(routeLines(SHARED_MEMBERS, '')));
});

it.each(Object.entries(DERIVED_MEMBERS))('lists the derived members of %s', (map, names) => {
  const rows = rowsOf(sectionOf('### Derived members')).filter(([object]) => object === map);

  expect(rows.map(([, name]) => name)).toEqual(names);
});

it('lists every user type with its meaning', () => {
  expect(rowsOf(sectionOf('## User types'))).toEqual(Object.entries(USER_TYPES));
});

it('lists every placeholder', () => {
  expect(rowsOf(sectionOf('## Placeholders'))).toEqual(Object.entries(PLACEHOLDERS));
});

it('lists every reject reason with its meaning', () => {
  expect(rowsOf(sectionOf('## Reject reasons'))).toEqual(Object.entries(REJECT_REASONS));
});

it('lists every limit', () => {
  const limits = [...Object.entries(TEXT_LIMITS), ...Object.entries(OBJECT_LIMITS)];

  const rows = rowsOf(sectionOf('## Limits')).map(([field, bytes]) => [
    field,
    Number(bytes?.replaceAll(',', '')),
  ]);

  expect(rows).toEqual(limits);
});

it('names the numbers of the code', () => {
  expect(PAGE).toContain(`\`version\` is \`${EVENT_VERSION}\``);
  expect(PAGE).toContain(`more than ${MAX_OMITTED_PATHS} paths`);
  expect(PAGE).toContain(`at most ${MAX_PARSED_TEXTS} texts`);
  expect(PAGE).toContain(`deeper than ${MAX_NESTING} levels`);
});
