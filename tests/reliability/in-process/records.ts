export const ACTIVITY = 'insights-activity-logs';
export const FLOWS = 'insights-logs-flowlogflowevent';

/** Name of an activity log object of that hour (epoch ms). */
export function activityName(hourStart: number, subscription: string): string {
  return `resourceId=/SUBSCRIPTIONS/${subscription}/${timePart(hourStart)}/PT1H.json`;
}

/** Name of a flow log object of that hour (epoch ms). */
export function flowName(hourStart: number): string {
  return `flowLogResourceID=/NETWORKWATCHER/${timePart(hourStart)}/macAddress=0022487AB2C4/PT1H.json`;
}

function timePart(hourStart: number): string {
  const [y, m, d, h] = new Date(hourStart).toISOString().split(/[-T:]/);
  return `y=${y}/m=${m}/d=${d}/h=${h}/m=00`;
}

/** A small activity record without its line ending; its marker is of two and four byte characters too. */
export function activityRecord(marker: string, day = '2026-11-20', category = 'Administrative'): string {
  return `{ "time": "${day}T10:00:00.1234567Z", "resourceId": "/SUBSCRIPTIONS/A/RESOURCEGROUPS/RG", "operationName": "MICROSOFT.RESOURCES/TAGS/WRITE", "category": "${category}", "resultType": "Success", "properties": {"marker":"é🙂${marker}"}}`;
}

/** An activity record of one of three days and two categories, whichever its marker falls on. */
export function recordOfSomeDay(marker: string): string {
  const last = marker.codePointAt(marker.length - 1) ?? 0;
  return activityRecord(marker, `2026-11-${18 + (last % 3)}`, last % 4 === 1 ? 'Policy' : 'Administrative');
}

/** A small flow log record. */
export function flowRecord(marker: string): string {
  return `{"time":"2026-11-20T10:00:00Z","category":"FlowLogFlowEvent","operationName":"FlowLogFlowEvent","flowRecords":{"flows":["{[${marker}]}"]}}`;
}

/** A line that is no JSON, as function app logs are. */
export function brokenRecord(marker: string): string {
  return `{ "time": "2026-11-20T10:00:00Z", "properties": {'marker':'${marker}'}}`;
}
