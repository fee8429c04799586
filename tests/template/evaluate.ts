import { template } from './deployed-template.ts';

/** Values of the parameters that a deployment gives: those without a default, and the secret. */
export const GIVEN: Readonly<Record<string, string>> = {
  AzureStorageContainerName: 'insights-activity-logs',
  AzureStorageConnectionStringSecret: 'crosstrail/azure-storage',
};

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::AccountId': '111122223333',
  'AWS::StackName': 'crosstrail',
  'AWS::URLSuffix': 'amazonaws.com',
};

const ARNS: Readonly<Record<string, string>> = {
  'EventBucket.Arn': 'arn:aws:s3:::crosstrail-eventbucket-1a2b3c',
  'RawBucket.Arn': 'arn:aws:s3:::crosstrail-rawbucket-1a2b3c',
  'BackfillQueue.Arn': 'arn:aws:sqs:eu-central-1:111122223333:crosstrail-BackfillQueue-1A2B3C.fifo',
  'CloudTrailChannel.ChannelArn':
    'arn:aws:cloudtrail:eu-central-1:111122223333:channel/EXAMPLE8-0558-4f7e-a06a-43969EXAMPLE',
};

const PHYSICAL_IDS: Readonly<Record<string, string>> = {
  'AWS::SQS::Queue': 'https://sqs.eu-central-1.amazonaws.com/111122223333/',
  'AWS::CloudTrail::EventDataStore': 'arn:aws:cloudtrail:eu-central-1:111122223333:eventdatastore/',
};

/** Where the form of a name matters. */
const NAMES: Readonly<Record<string, string>> = { RawBucket: 'crosstrail-rawbucket-1a2b3c' };

/** Whether `{ Condition: … }` names a condition; in a policy statement it is the statement's own. */
function isCondition(name: string, argument: unknown): boolean {
  return name === 'Condition' && typeof argument === 'string' && argument in template.Conditions;
}

function refer(name: string, parameters: Readonly<Record<string, string>>): unknown {
  if (name === 'AWS::NoValue') return undefined;
  const parameter = template.Parameters[name];
  const value = parameters[name] ?? PSEUDO_PARAMETERS[name] ?? GIVEN[name] ?? parameter?.Default;
  if (value !== undefined) return String(value);
  const resource = template.Resources[name];
  if (!resource) throw new Error(`template.yaml refers to ${name}, which does not exist`);
  return NAMES[name] ?? `${PHYSICAL_IDS[resource.Type] ?? ''}${name}`;
}

/** Conditions that were decided, for each deployment: they stand in every other line. */
const decided = new WeakMap<object, Map<string, boolean>>();

function holds(condition: string, parameters: Readonly<Record<string, string>>): boolean {
  const known = decided.get(parameters) ?? new Map<string, boolean>();
  decided.set(parameters, known);
  const result = known.get(condition) ?? evaluate(template.Conditions[condition], parameters) === true;
  known.set(condition, result);
  return result;
}

/**
 * The value of an expression of the template as CloudFormation would compute it, for the given parameters and the
 * defaults of the others.
 */
export function evaluate(expression: unknown, parameters: Readonly<Record<string, string>> = {}): unknown {
  const go = (value: unknown): unknown => evaluate(value, parameters);
  // As CloudFormation does, what is `AWS::NoValue` disappears from the list or object that it stands in.
  if (Array.isArray(expression)) return expression.map(go).filter((value) => value !== undefined);
  if (typeof expression !== 'object' || expression === null) return expression;

  const [[name, argument] = ['', undefined], ...others] = Object.entries(expression) as [string, unknown][];
  const list = Array.isArray(argument) ? (argument as unknown[]) : [];
  if (others.length === 0 && (name === 'Ref' || isCondition(name, argument) || name.startsWith('Fn::'))) {
    switch (name) {
      case 'Ref':
        return refer(String(argument), parameters);
      case 'Fn::GetAtt':
        return ARNS[list.join('.')] ?? list.join('.');
      case 'Fn::If':
        return holds(String(list[0]), parameters) ? go(list[1]) : go(list[2]);
      case 'Fn::Equals':
        return String(go(list[0])) === String(go(list[1]));
      case 'Condition':
        return holds(String(argument), parameters);
      case 'Fn::Not':
        return go(list[0]) !== true;
      case 'Fn::And':
        return list.every((condition) => go(condition) === true);
      case 'Fn::Or':
        return list.some((condition) => go(condition) === true);
      case 'Fn::Contains':
        return (go(list[0]) as unknown[]).map(String).includes(String(go(list[1])));
      case 'Fn::Join':
        return (go(list[1]) as unknown[]).map(String).join(String(list[0]));
      case 'Fn::Select':
        return (go(list[1]) as unknown[])[Number(list[0])];
      case 'Fn::Split':
        return String(go(list[1])).split(String(list[0]));
      case 'Fn::FindInMap': {
        const [map, first, second] = list.map((key) => String(go(key)));
        return template.Mappings[map ?? '']?.[first ?? '']?.[second ?? ''];
      }
      case 'Fn::Sub': {
        const [text, names] = (list.length > 0 ? list : [argument, {}]) as [string, Record<string, unknown>];
        return text
          .replace(/\$\{([\w:.]+)\}/g, (_, key: string) =>
            String(
              names[key] !== undefined
                ? go(names[key])
                : key.includes('.')
                  ? go({ 'Fn::GetAtt': key.split('.', 2) })
                  : refer(key, parameters),
            ),
          )
          .replaceAll('${!', '${');
      }
      default:
        throw new Error(`the tests do not evaluate ${name}`);
    }
  }
  return Object.fromEntries(
    Object.entries(expression)
      .map(([key, value]) => [key, go(value)] as const)
      .filter(([, value]) => value !== undefined),
  );
}
