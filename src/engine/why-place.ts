/** Where an execution stands that waits for a place among those that run at the same time. */
import { quoted } from "../model/escape.ts";
import { describeLane } from "../model/lane.ts";
import { isFull, type WhyFacts } from "./why-facts.ts";

/** @param more what is stored with the reason, and until when it waits */
export const describePlace = ({ execution, place }: WhyFacts, more: string): string => {
  if (place === undefined) return `It waits until fewer executions of workflow ${quoted(execution.workflow)} run at the same time${more}.`;
  const { lane, limit, running, runningIds, ahead } = place;
  const named = runningIds.length === 0 ? "" : ` (${runningIds.join(", ")}${running > runningIds.length ? ", …" : ""})`;
  const who = `${running} of at most ${limit} of ${describeLane(lane)} run${named}`;
  const line = ahead === 0 ? "it is the next" : `${ahead} ${ahead === 1 ? "is" : "are"} before it in the line`;
  const lead = isFull(place) ? "It waits for a place" : "It waits to be taken up, and a place is free";
  return `${lead}: ${who}; ${line}${more}.`;
};
