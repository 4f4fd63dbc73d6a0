/*
 * A load of HTTP requests over kept connections, with as little work of its own as there can be, since it shares the
 * machine with what it measures: no answer is read beyond its length. Closed (each connection asks again when it is
 * answered) finds the peak; open (asks come at a rate, whether or not answers do) measures latency from when an ask was
 * due, so that a server that stalls is not asked less (Schroeder, Wierman, Harchol-Balter 2006). Linux only.
 *
 *   http-load PORT CONNECTIONS SECONDS RATE WARM-UP FILE
 *
 * RATE is 0 for a closed load; latency is not counted for the first WARM-UP seconds; FILE holds requests, each ended by
 * a byte of zero, which are sent in turn. Prints one line of JSON, `Loaded` of http-load.ts.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* Nanoseconds between looks at what is due: finer ones cost the server a wake-up each. */
enum { TICK = 500 * 1000, CHUNK = 64 * 1024, HEAD = 8 * 1024 };
/* Milliseconds that an ask waits for a free connection at most, and that answers may come after the end. */
static const double PATIENCE = 1000, AFTER = 5000;

typedef struct {
  int socket;
  bool busy;
  double from; /* when what it asks was due */
  const char *unsent;
  size_t left;      /* bytes of that */
  long expected;    /* bytes of the body that are still to come; -1 until the head is read */
  size_t head_size; /* bytes of the head so far */
  char head[HEAD + 1];
} Connection;

typedef struct {
  const char *text;
  size_t size;
} Request;

static int port, poller;
static size_t count, free_count, asked, unsent, lost;
static double rate, start, end, counted_from;
static Connection *connections;
static Connection **idle;
static Request *requests;
static size_t request_count;
static size_t statuses[1000];
static float *latencies;
static size_t latency_count, latency_room;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void *owned(void *memory) {
  if (memory == NULL) fail("memory");
  return memory;
}

static void note(double latency) {
  if (latency_count == latency_room) {
    latency_room = latency_room == 0 ? 1 << 16 : 2 * latency_room;
    latencies = owned(realloc(latencies, latency_room * sizeof *latencies));
  }
  latencies[latency_count++] = (float)latency;
}

static void watch(Connection *c, int operation, bool writing) {
  struct epoll_event event = {.events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = c};
  if (epoll_ctl(poller, operation, c->socket, &event) != 0) fail("epoll_ctl");
}

/* What is sent before it is connected waits as what the other end does not take yet. */
static void open_connection(Connection *c) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  c->socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->socket < 0) fail("socket");
  int one = 1;
  setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(c->socket, (struct sockaddr *)&address, sizeof address) != 0 && errno != EINPROGRESS) fail("connect");
  watch(c, EPOLL_CTL_ADD, false);
}

/* True where all is sent; what can not be sent at all shows when the answer is read. */
static bool send_rest(Connection *c) {
  while (c->left > 0) {
    ssize_t sent = write(c->socket, c->unsent, c->left);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (sent < 0) c->left = 0;
    else {
      c->unsent += sent;
      c->left -= (size_t)sent;
    }
  }
  return true;
}

static void ask(Connection *c, double from) {
  const Request *request = &requests[asked++ % request_count];
  c->busy = true;
  c->from = from;
  c->unsent = request->text;
  c->left = request->size;
  c->expected = -1;
  c->head_size = 0;
  if (!send_rest(c)) watch(c, EPOLL_CTL_MOD, true);
}

static void next(Connection *c, double t) {
  c->busy = false;
  if (rate == 0 && t < end) ask(c, t);
  else idle[free_count++] = c;
}

static void reopen(Connection *c) {
  close(c->socket);
  open_connection(c);
}

static void answered(Connection *c) {
  double t = now();
  int status = atoi(c->head + strcspn(c->head, " "));
  statuses[status < 0 || status > 999 ? 0 : status]++;
  if (c->from >= counted_from) note(t - c->from);
  /* Who is refused before all is sent would take what follows for the rest of it. */
  if (c->left > 0) reopen(c);
  next(c, t);
}

/* One that waits for asks is opened anew where it stands among the others that do. */
static void closed(Connection *c) {
  reopen(c);
  if (!c->busy) return;
  lost++;
  next(c, now());
}

static void receive(Connection *c) {
  static char chunk[CHUNK];
  ssize_t size = read(c->socket, chunk, sizeof chunk);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0 || !c->busy) {
    closed(c);
    return;
  }
  if (c->expected < 0) {
    size_t taken = (size_t)size < HEAD - c->head_size ? (size_t)size : HEAD - c->head_size;
    memcpy(c->head + c->head_size, chunk, taken);
    c->head_size += taken;
    c->head[c->head_size] = 0;
    char *body = strstr(c->head, "\r\n\r\n");
    if (body == NULL && c->head_size < HEAD) return;
    if (body == NULL) {
      fprintf(stderr, "the head of an answer is longer than %d bytes\n", HEAD);
      exit(1);
    }
    const char *length = strcasestr(c->head, "\r\ncontent-length:");
    c->expected = length == NULL || length > body ? 0 : atol(length + 17);
    size -= (ssize_t)taken - (c->head + c->head_size - (body + 4));
  }
  c->expected -= size;
  if (c->expected <= 0) answered(c);
}

static void ask_what_is_due(void) {
  double t = now();
  size_t due = (size_t)(((t < end ? t : end) - start) * rate);
  while (asked + unsent < due) {
    double from = start + (double)(asked + unsent + 1) / rate;
    if (free_count > 0) ask(idle[--free_count], from);
    else if (t - from < PATIENCE) return;
    else {
      unsent++;
      note(t - from);
    }
  }
}

static void read_requests(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) fail(path);
  char *text = NULL;
  size_t room = 0;
  for (ssize_t size; (size = getdelim(&text, &room, 0, file)) > 0; text = NULL, room = 0) {
    requests = owned(realloc(requests, (request_count + 1) * sizeof *requests));
    requests[request_count++] = (Request){.text = text, .size = (size_t)size - (text[size - 1] == 0)};
  }
  fclose(file);
}

static int ascending(const void *p, const void *q) {
  float a = *(const float *)p, b = *(const float *)q;
  return (a > b) - (a < b);
}

static double quantile(double share) {
  size_t at = (size_t)((double)latency_count * share);
  return latency_count == 0 ? 0 : latencies[at < latency_count ? at : latency_count - 1];
}

int main(int argc, char **argv) {
  if (argc != 7) {
    fprintf(stderr, "http-load PORT CONNECTIONS SECONDS RATE WARM-UP FILE\n");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  port = atoi(argv[1]);
  count = strtoul(argv[2], NULL, 10);
  double seconds = atof(argv[3]);
  rate = atof(argv[4]) / 1000;
  read_requests(argv[6]);
  connections = owned(calloc(count, sizeof *connections));
  idle = owned(calloc(count, sizeof(Connection *)));
  poller = epoll_create1(EPOLL_CLOEXEC);
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec ticks = {.it_interval.tv_nsec = TICK, .it_value.tv_nsec = TICK};
  struct epoll_event ticking = {.events = EPOLLIN, .data.ptr = NULL};
  if (poller < 0 || timer < 0) fail("epoll");
  if (rate > 0) timerfd_settime(timer, 0, &ticks, NULL);
  if (epoll_ctl(poller, EPOLL_CTL_ADD, timer, &ticking) != 0) fail("epoll_ctl");
  start = now();
  end = start + seconds * 1000;
  counted_from = start + atof(argv[5]) * 1000;
  for (size_t k = 0; k < count; k++) {
    open_connection(&connections[k]);
    next(&connections[k], start);
  }
  for (double t = start; t < end || (free_count < count && t < end + AFTER); t = now()) {
    if (rate > 0) ask_what_is_due();
    struct epoll_event events[256];
    int ready = epoll_wait(poller, events, 256, 50);
    for (int k = 0; k < ready; k++) {
      Connection *c = events[k].data.ptr;
      uint64_t passed;
      if (c == NULL) {
        if (read(timer, &passed, sizeof passed) < 0 && errno != EAGAIN) fail("timerfd");
        continue;
      }
      if ((events[k].events & EPOLLOUT) && send_rest(c)) watch(c, EPOLL_CTL_MOD, false);
      if (events[k].events & ~(uint32_t)EPOLLOUT) receive(c);
    }
  }
  lost += count - free_count;
  if (latency_count > 0) qsort(latencies, latency_count, sizeof *latencies, ascending);
  printf("{\"seconds\":%g,\"statuses\":{", seconds);
  const char *comma = "";
  for (int status = 0; status < 1000; status++) {
    if (statuses[status] == 0) continue;
    printf("%s\"%d\":%zu", comma, status, statuses[status]);
    comma = ",";
  }
  if (lost > 0) printf("%s\"lost\":%zu", comma, lost);
  printf("},\"unsent\":%zu,\"median\":%g,\"p99\":%g}\n", unsent, quantile(0.5), quantile(0.99));
  return 0;
}
