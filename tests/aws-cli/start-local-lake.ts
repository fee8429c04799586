/**
 * Runs the local Lake until Ctrl-C and prints the environment that `local-lake.sh` takes:
 * `node tests/aws-cli/start-local-lake.ts > lake.env`. An argument is the folder that keeps the events.
 */
import { startLocalLake } from '#local/lake/local-lake.ts';

const dataDirectory = process.argv[2];
const lake = await startLocalLake(dataDirectory === undefined ? {} : { dataDirectory });
console.log(`export AWS_ENDPOINT_URL_CLOUDTRAIL=${lake.endpoint}
export AWS_ENDPOINT_URL_CLOUDTRAIL_DATA=${lake.endpoint}
export CROSSTRAIL_CHANNEL_ARN=${lake.channelArn}
export CROSSTRAIL_EVENT_DATA_STORE_ID=${lake.eventDataStoreId}`);

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void lake.close());
