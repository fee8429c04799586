import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
  type PutItemCommandInput,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Boundary } from './instance.ts';

type Item = Record<string, AttributeValue>;

/** Items in a page of a query: few, so that the tests' queries have several. */
const PAGE_SIZE = 2;

/** Told of every write, when it has taken effect. */
export type ItemWritten = (after: Item, before: Item | undefined) => void;

function keyOf({ pk, sk }: Item): string {
  return `${pk?.S}\n${sk?.S}`;
}

/** The checkpoint table: single items, conditional writes, and queries of one partition. */
export class InProcessTable {
  readonly #items = new Map<string, Item>();
  readonly #written: ItemWritten;

  constructor(written: ItemWritten) {
    this.#written = written;
  }

  get items(): Item[] {
    return [...this.#items.values()];
  }

  /** A client as the shipped stores use it. */
  client(boundary: Boundary): DynamoDBClient {
    const send = async (command: unknown): Promise<unknown> => {
      if (command instanceof GetItemCommand) {
        const key = (command.input.Key ?? {}) as Item;
        return boundary.call(isWatermark(key) ? 'watermark.read' : 'checkpoint.read', () => ({
          Item: this.#items.get(keyOf(key)),
        }));
      }
      if (command instanceof PutItemCommand) {
        const { input } = command;
        const call = isWatermark(input.Item ?? {}) ? 'watermark.write' : 'checkpoint.write';
        return boundary.call(call, () => this.#put(input));
      }
      if (command instanceof QueryCommand) {
        const { input } = command;
        return boundary.call('checkpoint.query', () => this.#query(input));
      }
      throw new Error('no command of the shipped stores');
    };
    return { send } as unknown as DynamoDBClient;
  }

  #put({ Item = {}, ConditionExpression = '', ExpressionAttributeValues = {} }: PutItemCommandInput): object {
    const key = keyOf(Item);
    const before = this.#items.get(key);
    const holds = ConditionExpression.split(' AND ').every((term) => {
      const absent = /^attribute_not_exists\((\w+)\)$/.exec(term)?.[1];
      if (absent !== undefined) return before?.[absent] === undefined;
      const [, name = '', value = ''] = /^(\w+) = (:\w+)$/.exec(term) ?? [];
      if (name === '') throw new Error(`a condition that this table does not know: ${term}`);
      return JSON.stringify(before?.[name]) === JSON.stringify(ExpressionAttributeValues[value]);
    });
    if (!holds) throw new ConditionalCheckFailedException({ message: 'the condition failed', $metadata: {} });
    this.#items.set(key, Item);
    this.#written(Item, before);
    return {};
  }

  #query({ ExpressionAttributeValues: values = {}, ExclusiveStartKey }: QueryCommandInput): object {
    const [pk, first = '', last = ''] = [':pk', ':first', ':last'].map((name) => values[name]?.S);
    const found = this.items
      .map((item) => ({ item, sk: item['sk']?.S ?? '' }))
      .filter(({ item, sk }) => item['pk']?.S === pk && first <= sk && sk <= last)
      .filter(({ sk }) => ExclusiveStartKey === undefined || sk > (ExclusiveStartKey['sk']?.S ?? ''))
      .sort((left, right) => (left.sk < right.sk ? -1 : 1))
      .map(({ item }) => item);
    const page = found.slice(0, PAGE_SIZE);
    const end = page.at(-1);
    return {
      Items: page,
      ...(found.length > PAGE_SIZE && end !== undefined
        ? { LastEvaluatedKey: { pk: end['pk'], sk: end['sk'] } }
        : {}),
    };
  }
}

function isWatermark({ pk }: Item): boolean {
  return pk?.S?.startsWith('watermark#') === true;
}
