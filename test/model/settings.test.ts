/** What holds, and where it comes from. */
import { describe, expect, test } from "bun:test";
import type { WfliteConfig } from "../../src/model/configuration.ts";
import { defineConfig } from "../../src/model/configuration.ts";
import { configurationOf, DEFAULT_CONFIGURATION, type Layer, SETTING_KEYS } from "../../src/model/settings.ts";
import { withSettings } from "../../src/model/settings-finding.ts";
import { DEFAULT_PANIC, DEFAULT_RETRY } from "../../src/model/retry.ts";
import { fail } from "../../src/model/errors.ts";

const file = (values: WfliteConfig): Layer => ({ values, from: () => "wf.config.ts" });
const environment = (values: WfliteConfig): Layer => ({ values, from: (key) => `WF_${key.toUpperCase()}` });
const fromOf = (layers: readonly Layer[], key: string): string | undefined =>
  configurationOf(layers).origins.find((origin) => origin.key === key)?.from;

describe("a project that says nothing", () => {
  test("has the defaults that the reference gives", () => {
    expect(DEFAULT_CONFIGURATION.settings).toEqual({
      durability: "full",
      maxValueBytes: 1_048_576,
      holdMs: 60_000,
      output: "text",
      timezone: null,
      retry: DEFAULT_RETRY,
      panic: DEFAULT_PANIC,
      tick: { concurrency: 100, holdMs: 0, maxTimeMs: null },
      daemon: { concurrency: 1_000, graceMs: 10_000, holdMs: 2_000 },
      retention: { completedMs: null, failedMs: null, cancelledMs: null, keep: 0 },
    });
    expect(new Set(DEFAULT_CONFIGURATION.origins.map(({ from }) => from))).toEqual(new Set(["default"]));
  });
});

describe("layers", () => {
  test("are laid over each other key by key: the first that gives a key decides it", () => {
    const layers = [environment({ hold: "5m" }), file({ hold: "2m", durability: "normal", tick: { hold: "10s" } })];
    const { settings } = configurationOf(layers);
    expect(settings).toMatchObject({ holdMs: 300_000, durability: "normal", tick: { concurrency: 100, holdMs: 10_000 } });
    expect(["hold", "durability", "tick.hold", "tick.concurrency"].map((key) => fromOf(layers, key))).toEqual([
      "WF_HOLD",
      "wf.config.ts",
      "wf.config.ts",
      "default",
    ]);
  });

  test("do not give what they give as undefined", () => {
    const layers = [environment({ hold: undefined }), file({ hold: "2m", tick: undefined, retry: { attempts: undefined } })];
    expect(configurationOf(layers).settings).toMatchObject({ holdMs: 120_000, retry: DEFAULT_RETRY });
  });

  test("fill in retries, panics and retention field by field", () => {
    const { settings } = configurationOf([
      file({ retry: { attempts: 9, delay: "2s" }, panic: { maxRestarts: 0 }, retention: { completed: "30d", failed: 5, keep: 100 } }),
    ]);
    expect(settings.retry).toEqual({ ...DEFAULT_RETRY, attempts: 9, delayMs: 2_000 });
    expect(settings.panic).toEqual({ ...DEFAULT_PANIC, maxRestarts: 0 });
    expect(settings.retention).toEqual({ completedMs: 30 * 86_400_000, failedMs: 5, cancelledMs: null, keep: 100 });
  });
});

test("each key is told once, with a value as it was written", () => {
  const { origins } = configurationOf([file(defineConfig({ tick: { maxTime: "50s" }, timezone: "Europe/Paris" }))]);
  expect(origins.map(({ key }) => key)).toEqual([...SETTING_KEYS]);
  expect(origins).toContainEqual({ key: "tick.maxTime", value: "50s", from: "wf.config.ts" });
  expect(origins).toContainEqual({ key: "timezone", value: "Europe/Paris", from: "wf.config.ts" });
  expect(origins).toContainEqual({ key: "daemon.grace", value: "10s", from: "default" });
});

describe("what doctor says of them", () => {
  const view = { file: "/p/.wf.db", ok: true, findings: [] };

  test("names what somebody has said, by whom, and counts the rest", () => {
    const found = withSettings(view, configurationOf([environment({ hold: "5m" }), file({ retry: { attempts: 9 }, output: "json" })]));
    const others = SETTING_KEYS.length - 3;
    expect(found).toMatchObject({ ok: true, settings: expect.arrayContaining([{ key: "hold", value: "5m", from: "WF_HOLD" }]) });
    expect(found.findings).toEqual([
      {
        what: "settings",
        level: "ok",
        text: `WF_HOLD: hold 5m; wf.config.ts: output json, retry.attempts 9; default: the other ${others}`,
        next: null,
      },
    ]);
    expect(withSettings(view, DEFAULT_CONFIGURATION).findings[0]?.text).toBe(`default: all ${SETTING_KEYS.length}`);
  });

  test("is a problem where they could not be read", () => {
    const problem = fail("CONFIG_INVALID", { where: "wf.config.ts", problem: "it does not load: boom" });
    const found = withSettings(view, configurationOf([], problem));
    expect(found.ok).toBe(false);
    expect(found.findings).toMatchObject([
      { level: "problem", text: expect.stringContaining("boom; without it: default: all"), next: problem.hint },
    ]);
  });
});
