package month

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// process names a process so that another one on the same machine can tell
// whether it still runs.
type process struct {
	PID     int    `json:"pid"`
	Machine string `json:"machine,omitempty"` // where and since when its number means something; empty where that is not known
	Began   string `json:"began,omitempty"`   // when it was started, as the machine counts; numbers are used again
}

// self is this process.
func self() process {
	return process{PID: os.Getpid(), Machine: machine(), Began: began(os.Getpid())}
}

// over tells whether the process does certainly not run any more. Of another
// machine it is never known, nor of another container of this one.
func (p process) over() bool {
	if p.Machine == "" || p.Machine != machine() {
		return false
	}
	found, err := os.FindProcess(p.PID)
	if err == nil {
		err = found.Signal(syscall.Signal(0))
	}
	if errors.Is(err, os.ErrProcessDone) {
		return true
	}
	now := began(p.PID)
	return p.Began != "" && now != "" && p.Began != now
}

// machine names this start of this machine, and the space in which its processes
// have their numbers. Where the system does not say so it is the machine's name.
func machine() string {
	start, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	space, errSpace := os.Readlink("/proc/self/ns/pid")
	if err == nil && errSpace == nil {
		return strings.TrimSpace(string(start)) + " " + space
	}
	host, err := os.Hostname()
	if err != nil {
		return ""
	}
	return host
}

// began is when a process was started, in ticks since the start of the machine;
// empty where that is not known, and another word for one that is over and was
// not waited for.
func began(pid int) string {
	const state, starttime = 2, 21 // places in the line, from 0, without the program's name
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return ""
	}
	line := string(text)
	fields := strings.Fields(line[strings.LastIndexByte(line, ')')+1:]) // begins with the state
	if len(fields) <= starttime-state {
		return ""
	}
	if fields[0] == "Z" {
		return "over"
	}
	return fields[starttime-state]
}
