import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { template } from './deployed-template.ts';
import { evaluate } from './evaluate.ts';

const COMMANDS = Object.entries(template.Outputs)
  .filter(([name]) => name.endsWith('Command'))
  .map(([name, { Value }]): [string, string] => [name, String(evaluate(Value, { Destination: 'Both' }))]);

describe('the commands that the outputs give', () => {
  it.each(COMMANDS)('%s names its Region and leaves nothing to fill in', (_, command) => {
    expect(command).toContain('eu-central-1');
    expect(command).not.toMatch(/\$\{|undefined|\n|<\w+>/);
  });

  it.each(COMMANDS.filter(([, command]) => command.includes('npx crosstrail')))(
    '%s calls what crosstrail knows',
    async (_, command) => {
      const [subcommand = '', ...words] = command.slice(command.indexOf('crosstrail ') + 11).split(' ');

      const { stdout } = await promisify(execFile)(process.execPath, [
        'bin/crosstrail.js',
        subcommand,
        '--help',
      ]);

      expect(stdout).toContain(`Usage: crosstrail ${subcommand} `);
      for (const option of words.filter((word) => word.startsWith('--'))) expect(stdout).toContain(option);
    },
  );

  it('cover a first run, a query of each destination, the log, the audit and the rejects', () => {
    const names = COMMANDS.map(([name]) => name);

    expect(names).toEqual(
      expect.arrayContaining([
        'FirstRunCommand',
        'QueryCommand',
        'AthenaQueryCommand',
        'LogsCommand',
        'AuditCommand',
        'RejectsCommand',
      ]),
    );
  });
});

it('every output says what it is', () => {
  for (const { Description = '' } of Object.values(template.Outputs)) {
    expect(Description.length).toBeGreaterThan(15);
  }
});
