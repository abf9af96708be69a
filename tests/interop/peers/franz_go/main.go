// franz-go behind the lines that kafka_peers.py speaks; see KafkaPeer.java for what they mean.
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const patience = 30 * time.Second

var codecs = map[string]kgo.CompressionCodec{
	"none":   kgo.NoCompression(),
	"gzip":   kgo.GzipCompression(),
	"snappy": kgo.SnappyCompression(),
	"lz4":    kgo.Lz4Compression(),
	"zstd":   kgo.ZstdCompression(),
}

func main() {
	verb, address, rest := os.Args[1], os.Args[2], os.Args[3:]
	switch verb {
	case "write":
		write(address)
	case "read":
		read(address, must(strconv.Atoi(rest[0])), rest[1:])
	case "join":
		join(address, rest[0], rest[1], len(rest) > 2 && rest[2] == "consumer")
	default:
		panic(verb)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func clientOf(address string, options ...kgo.Opt) *kgo.Client {
	options = append(options, kgo.SeedBrokers(address), kgo.AllowAutoTopicCreation(),
		kgo.FetchMaxWait(100*time.Millisecond))
	return must(kgo.NewClient(options...))
}

func bytesOf(text string) []byte {
	if text == "-" {
		return nil
	}
	return must(hex.DecodeString(text))
}

func textOf(content []byte) string {
	if content == nil {
		return "-"
	}
	return hex.EncodeToString(content)
}

// A partitioner keeps the partition of a record that names one, and hashes the others as Java does.
func recordOf(fields []string) (*kgo.Record, bool) {
	record := &kgo.Record{Topic: fields[0], Key: bytesOf(fields[3]), Value: bytesOf(fields[4])}
	for _, header := range strings.Split(fields[5], ",") {
		if name, value, found := strings.Cut(header, "="); found {
			record.Headers = append(record.Headers, kgo.RecordHeader{Key: name, Value: bytesOf(value)})
		}
	}
	if fields[6] != "-" {
		record.Timestamp = time.UnixMilli(must(strconv.ParseInt(fields[6], 10, 64)))
	}
	if fields[2] == "-" {
		return record, false
	}
	record.Partition = int32(must(strconv.Atoi(fields[2])))
	return record, true
}

func write(address string) {
	byWay := map[string]*kgo.Client{}
	records := map[string][]*kgo.Record{}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	for in.Scan() {
		fields := strings.Split(in.Text(), "\t")
		record, isPlaced := recordOf(fields)
		way := fmt.Sprint(fields[1], isPlaced)
		if byWay[way] == nil {
			partitioner := kgo.StickyKeyPartitioner(nil)
			if isPlaced {
				partitioner = kgo.ManualPartitioner()
			}
			byWay[way] = clientOf(address, kgo.ProducerBatchCompression(codecs[fields[1]]),
				kgo.RecordPartitioner(partitioner))
		}
		records[way] = append(records[way], record)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for way, client := range byWay {
		must(0, client.ProduceSync(ctx, records[way]...).FirstErr())
		client.Close()
	}
}

func read(address string, count int, topics []string) {
	client := clientOf(address, kgo.ConsumeTopics(topics...),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for found := 0; found < count && ctx.Err() == nil; {
		fetches := client.PollFetches(ctx)
		fetches.EachRecord(func(record *kgo.Record) {
			found++
			var headers []string
			for _, header := range record.Headers {
				headers = append(headers, header.Key+"="+textOf(header.Value))
			}
			fmt.Printf("%s\t%d\t%d\t%s\t%s\t%s\t%d\n", record.Topic, record.Partition, record.Offset,
				textOf(record.Key), textOf(record.Value), strings.Join(headers, ","),
				record.Timestamp.UnixMilli())
		})
	}
}

func join(address, group, topic string, isNewer bool) {
	held := map[int32]bool{}
	tell := func(change map[string][]int32, isHeld bool) {
		for _, partition := range change[topic] {
			if isHeld {
				held[partition] = true
			} else {
				delete(held, partition)
			}
		}
		var numbers []string
		for partition := range held {
			numbers = append(numbers, fmt.Sprint(partition))
		}
		slices.Sort(numbers)
		fmt.Println(strings.Join(numbers, ","))
	}
	gained := func(_ context.Context, _ *kgo.Client, change map[string][]int32) { tell(change, true) }
	gone := func(_ context.Context, _ *kgo.Client, change map[string][]int32) { tell(change, false) }
	options := []kgo.Opt{kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic),
		kgo.HeartbeatInterval(200 * time.Millisecond), kgo.SessionTimeout(10 * time.Second),
		kgo.Balancers(kgo.RangeBalancer()), kgo.OnPartitionsAssigned(gained),
		kgo.OnPartitionsRevoked(gone), kgo.OnPartitionsLost(gone)}
	if isNewer {
		options = append(options, kgo.ServerSideBalancer())
	}
	client := clientOf(address, options...)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		bufio.NewReader(os.Stdin).ReadString('\n')
		cancel()
	}()
	for ctx.Err() == nil {
		client.PollFetches(ctx)
	}
	client.Close()
}
