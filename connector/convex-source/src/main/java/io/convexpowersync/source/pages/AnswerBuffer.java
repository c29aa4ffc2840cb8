package io.convexpowersync.source.pages;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Hands jobs to one thread and their answers to another. What was answered and not taken is bounded
 * in bytes, and to one page behind the one that is being taken.
 *
 * <p>Every job has a number. A job that was replaced is told so by its next call, and its answers
 * are forgotten. Thread-safe.
 */
final class AnswerBuffer {
  private static final int PAGES_AHEAD = 1;

  private final long maxBytes;
  private final Deque<Answer> answers = new ArrayDeque<>();
  private long bytes;
  private int pageEnds;
  private Job job;
  private long number;
  private boolean busy;
  private boolean closed;

  AnswerBuffer(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** A job, and its number. */
  record Numbered(Job job, long number) {}

  // The asking side.

  /** Replaces the job, if there is one. */
  synchronized void ask(Job next) {
    forget();
    job = next;
    busy = true;
    notifyAll();
  }

  /** Ends the job. */
  synchronized void forget() {
    job = null;
    busy = false;
    number++;
    answers.clear();
    bytes = 0;
    pageEnds = 0;
    notifyAll();
  }

  /** Whether more answers of the job come, or wait to be taken. */
  synchronized boolean isBusy() {
    return busy || !answers.isEmpty();
  }

  /** The next answer; null when there is none within the time (ms), or none will come. */
  synchronized Answer take(long maxWaitMs) throws InterruptedException {
    long giveUpAt = System.nanoTime() + maxWaitMs * 1_000_000;
    while (answers.isEmpty() && busy && !closed) {
      long leftMs = (giveUpAt - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        return null;
      }
      wait(leftMs);
    }
    Answer answer = closed ? null : answers.poll();
    if (answer != null) {
      bytes -= answer.bytes();
      pageEnds -= answer.isPageEnd() ? 1 : 0;
      notifyAll();
    }
    return answer;
  }

  // The answering side.

  /** Waits for a job; null when there will be none any more. */
  synchronized Numbered awaitJob() throws InterruptedException {
    while (job == null && !closed) {
      wait();
    }
    Numbered next = closed ? null : new Numbered(job, number);
    job = null;
    return next;
  }

  /** Waits until there is room; false when the job was replaced. */
  synchronized boolean put(long ofJob, Answer answer) throws InterruptedException {
    // An answer that is larger than the bound passes alone.
    while (isCurrent(ofJob) && !answers.isEmpty() && bytes + answer.bytes() > maxBytes) {
      wait();
    }
    if (!isCurrent(ofJob)) {
      return false;
    }
    answers.add(answer);
    bytes += answer.bytes();
    pageEnds += answer.isPageEnd() ? 1 : 0;
    notifyAll();
    return true;
  }

  /** Waits until another page may be asked for; false when the job was replaced. */
  synchronized boolean awaitTurn(long ofJob) throws InterruptedException {
    while (isCurrent(ofJob) && pageEnds > PAGES_AHEAD) {
      wait();
    }
    return isCurrent(ofJob);
  }

  /** The job has given all its answers. */
  synchronized void done(long ofJob) {
    if (isCurrent(ofJob)) {
      busy = false;
      notifyAll();
    }
  }

  private boolean isCurrent(long ofJob) {
    return !closed && number == ofJob;
  }

  /** Ends both sides. */
  synchronized void close() {
    closed = true;
    forget();
  }
}
