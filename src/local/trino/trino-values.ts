import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';

/**
 * A result value as the text that Lake answers: `2026-11-20 10:00:00.000` for a timestamp, `true`, `{key=value}` for
 * a map or struct, `[a, b]` for an array; NULL stays null. Lake's own samples show the timestamps; the rest is how
 * Trino's JDBC and Athena write them.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-lake-examples.html
 */
export function toTrinoText(value: DuckDBValue, type: DuckDBType): string | null {
  return value === null ? null : textOf(value, type);
}

function textOf(value: DuckDBValue, type: DuckDBType): string {
  if (value === null) return 'null';
  if (
    typeof value === 'number' &&
    (type.typeId === DuckDBTypeId.DOUBLE || type.typeId === DuckDBTypeId.FLOAT)
  ) {
    return doubleText(value);
  }
  if (value instanceof DuckDBTimestampValue) return momentText(value.micros);
  if (value instanceof DuckDBTimestampTZValue) return `${momentText(value.micros)} UTC`;
  if (value instanceof DuckDBMapValue && type instanceof DuckDBMapType) {
    const { keyType, valueType } = type;
    return `{${value.entries.map((entry) => `${textOf(entry.key, keyType)}=${textOf(entry.value, valueType)}`).join(', ')}}`;
  }
  if (value instanceof DuckDBStructValue && type instanceof DuckDBStructType) {
    const members = type.entryNames.map(
      (name, index) => `${name}=${textOf(value.entries[name] ?? null, type.entryTypes[index] ?? type)}`,
    );
    return `{${members.join(', ')}}`;
  }
  if (value instanceof DuckDBListValue && type instanceof DuckDBListType) {
    return `[${value.items.map((item) => textOf(item, type.valueType)).join(', ')}]`;
  }
  if (value instanceof DuckDBBlobValue) return bytesText(value.bytes);
  if (value instanceof DuckDBIntervalValue) return intervalText(value);
  if (value instanceof DuckDBDateValue || value instanceof DuckDBDecimalValue) return value.toString();
  return String(value);
}

/** Micros since the epoch as `2026-11-20 10:00:00.000`: Trino's timestamp(3). */
function momentText(micros: bigint): string {
  const ms = Number(micros / 1000n);
  if (!Number.isFinite(new Date(ms).getTime())) return String(micros);
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

/** As Java writes a double: `1.0`, `1.0E10`. */
function doubleText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return String(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

function bytesText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** `2-0` for years and months, `1 02:03:04.005` for days and less. */
function intervalText(value: DuckDBIntervalValue): string {
  if (value.months !== 0) return `${Math.trunc(value.months / 12)}-${Math.abs(value.months % 12)}`;
  const total = BigInt(value.days) * 86_400_000n + value.micros / 1000n;
  const ms = total < 0n ? -total : total;
  const two = (part: bigint): string => String(part).padStart(2, '0');
  const clock = `${two((ms / 3_600_000n) % 24n)}:${two((ms / 60_000n) % 60n)}:${two((ms / 1000n) % 60n)}`;
  return `${total < 0n ? '-' : ''}${ms / 86_400_000n} ${clock}.${String(ms % 1000n).padStart(3, '0')}`;
}
