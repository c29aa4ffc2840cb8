package io.convexpowersync.source.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.convexpowersync.client.DeltaPageEnd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What passes between the two threads of a task. */
@Timeout(20)
final class AnswerBufferTest {
  private static final Answer PAGE_END = new Answer.DeltaEnd(new DeltaPageEnd(1, true));

  private final AnswerBuffer buffer = new AnswerBuffer(100);

  @Test
  void answersComeInTheirOrder() throws Exception {
    long job = begin();
    buffer.put(job, rows(10));
    buffer.put(job, PAGE_END);
    buffer.done(job);
    assertThat(buffer.take(0)).isEqualTo(rows(10));
    assertThat(buffer.isBusy()).isTrue();
    assertThat(buffer.take(0)).isEqualTo(PAGE_END);
    assertThat(buffer.isBusy()).isFalse();
    assertThat(buffer.take(10_000)).as("at once, because none will come").isNull();
  }

  @Test
  void whoTakesWaitsNoLongerThanAsked() throws Exception {
    begin();
    assertThat(buffer.take(5)).isNull();
    assertThat(buffer.isBusy()).isTrue();
  }

  @Test
  void whatIsHeldIsBoundedInBytes() throws Exception {
    long job = begin();
    buffer.put(job, rows(60));
    CompletableFuture<Boolean> second = async(() -> buffer.put(job, rows(60)));
    assertWaits(second);
    buffer.take(0);
    assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aRowThatIsLargerThanTheBoundPassesAlone() throws Exception {
    long job = begin();
    assertThat(buffer.put(job, rows(5000))).isTrue();
    assertThat(buffer.take(0).bytes()).isEqualTo(5000);
  }

  @Test
  void onePageIsReadAhead() throws Exception {
    long job = begin();
    buffer.put(job, PAGE_END);
    assertThat(buffer.awaitTurn(job)).as("the page behind the first one").isTrue();
    buffer.put(job, PAGE_END);
    CompletableFuture<Boolean> third = async(() -> buffer.awaitTurn(job));
    assertWaits(third);
    buffer.take(0);
    assertThat(third.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aJobThatWasReplacedIsToldSoAndLeavesNothing() throws Exception {
    long first = begin();
    buffer.put(first, rows(90));
    CompletableFuture<Boolean> waiting = async(() -> buffer.put(first, rows(90)));
    assertWaits(waiting);
    buffer.ask(new Job.Head());
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(buffer.awaitTurn(first)).isFalse();
    buffer.done(first);
    assertThat(buffer.isBusy()).isTrue();
    AnswerBuffer.Numbered second = buffer.awaitJob();
    assertThat(second.job()).isEqualTo(new Job.Head());
    buffer.put(second.number(), new Answer.Head(7));
    assertThat(buffer.take(0)).isEqualTo(new Answer.Head(7));
  }

  @Test
  void closingEndsBothSides() throws Exception {
    begin();
    CompletableFuture<Answer> taking = async(() -> buffer.take(60_000));
    CompletableFuture<AnswerBuffer.Numbered> working = async(buffer::awaitJob);
    assertWaits(taking);
    buffer.close();
    assertThat(taking.get(10, TimeUnit.SECONDS)).isNull();
    assertThat(working.get(10, TimeUnit.SECONDS)).isNull();
  }

  private long begin() throws InterruptedException {
    buffer.ask(new Job.Name());
    return buffer.awaitJob().number();
  }

  private static Answer rows(long bytes) {
    return new Answer.Rows(List.of(), bytes);
  }

  /** Runs something that may wait. */
  private interface Waiting<T> {
    T run() throws InterruptedException;
  }

  private static <T> CompletableFuture<T> async(Waiting<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(action.run());
              } catch (InterruptedException e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  private static void assertWaits(CompletableFuture<?> action) throws Exception {
    try {
      action.get(Duration.ofMillis(30).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return;
    }
    throw new AssertionError("It did not wait: " + action);
  }
}
