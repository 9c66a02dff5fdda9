/** What stands as the detail of an execution that is to be cancelled, once somebody has undone what it did. */
export const TO_BE_UNDONE = "its cancellation was asked for; what it has done is undone first, by a daemon or `wf tick`";
