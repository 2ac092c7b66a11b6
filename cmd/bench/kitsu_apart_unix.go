//go:build unix

package main

import "syscall"

// apart keeps a server out of the terminal's group: a Ctrl-C ends the measuring
// program, and with it the servers in their order.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
