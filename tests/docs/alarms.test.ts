import { readFile } from 'node:fs/promises';
import { alarmsOf } from '../../scripts/pages/alarms.ts';
import { template } from '../template/deployed-template.ts';

const page = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const sections = new Map(
  page
    .split('\n### ')
    .slice(1)
    .map((text) => [text.split('\n', 1)[0], text.split('\n## ', 1)[0] ?? '']),
);

it('docs/operations.md has each alarm of the template, and no other', () => {
  const alarms = alarmsOf(template).map(({ id }) => id);

  expect([...sections.keys()]).toEqual(alarms);
  expect(alarms.length).toBeGreaterThan(10);
});

it.each(alarmsOf(template))(
  '$id: what it means, when it rings, and a command to look with',
  ({ id, description }) => {
    const section = sections.get(id) ?? '';

    expect(section).toContain(description);
    expect(section).toMatch(/\n- Rings when .* (above|below) /);
    expect(section).toMatch(/\n```sh\n(log|queue|npx crosstrail|aws) \S/);
    expect(section).not.toMatch(/undefined|\[object/);
  },
);
